import { env } from 'cloudflare:workers'
import { test } from 'vitest'
void env; void test
