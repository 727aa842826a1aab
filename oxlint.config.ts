import { defineConfig } from 'oxlint'

const ROLES = [
  'api',
  'consumer',
  'broadcasts',
  'audience',
  'templates',
  'webhooks',
  'admin',
  'docs',
  'events',
  'sweeper',
  'dashboard',
]
const ADAPTERS = ['db', 'aws', 'queue', 'governor', 'webhook', 'template', 'token', 'files', 'http']
const TOOLS = ['cli', 'simulator', 'test']

interface Refusal {
  group?: string[]
  regex?: string
  message: string
}

const NO_ENTRY = { group: ['**/index.ts'], message: "Nothing imports the Worker's entry." }
const NO_CONFIG = {
  group: ['**/config.ts', '**/roles/**'],
  message: 'Take the values you use; only index.ts, roles/ and cli read the configuration.',
}
const NO_DRIZZLE = {
  group: ['drizzle-orm', 'drizzle-orm/*'],
  message: 'Only src/db imports drizzle-orm.',
}
const NO_SIGNER = {
  group: ['aws4fetch', 'aws4fetch/*'],
  message: 'Only src/aws imports aws4fetch.',
}

/** index -> roles -> adapters -> domain. */
export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'vitest'],
  categories: { correctness: 'error', suspicious: 'warn', perf: 'off' },
  options: { typeAware: true },
  env: { es2024: true },
  rules: {
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/await-thenable': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'no-console': 'off',
    'no-empty': 'error',
    'import/no-cycle': 'error',
    'max-lines': ['error', { max: 250, skipComments: false, skipBlankLines: false }],
    'no-shadow': 'off',
    'no-control-regex': 'off',
    'import/no-named-as-default-member': 'off',
  },
  ignorePatterns: ['node_modules', '.aerogram', '.wrangler'],
  overrides: [
    ...ROLES.flatMap((role) =>
      inside(
        role,
        [
          { folders: ROLES, message: 'Roles know nothing of each other.' },
          { folders: TOOLS, message: 'The product does not lean on its tools.' },
        ],
        [NO_ENTRY, NO_CONFIG, NO_DRIZZLE, NO_SIGNER],
      ),
    ),
    ...ADAPTERS.flatMap((adapter) =>
      inside(
        adapter,
        [
          { folders: ROLES, message: 'Adapters do not know the roles.' },
          { folders: ADAPTERS, message: 'Adapters do not import adapters.' },
          { folders: TOOLS, message: 'The product does not lean on its tools.' },
        ],
        [
          NO_ENTRY,
          NO_CONFIG,
          ...(adapter === 'db' ? [] : [NO_DRIZZLE]),
          ...(adapter === 'aws' ? [] : [NO_SIGNER]),
        ],
      ),
    ),
    imports('src/domain/**', [
      {
        regex: String.raw`^([^.]|\.\.)`,
        message: 'domain/ is pure: it imports nothing outside itself.',
      },
    ]),
    imports(
      ['src/index.ts', 'src/roles/**', 'src/config.ts'],
      [refuse(TOOLS, 'The product does not lean on its tools.'), NO_DRIZZLE, NO_SIGNER],
    ),
    imports('src/simulator/**', [
      refuse(
        [...ROLES, 'roles', ...ADAPTERS, 'cli', 'test'],
        'The simulator shares only domain types with the product.',
      ),
      NO_ENTRY,
      NO_DRIZZLE,
      NO_SIGNER,
    ]),
    imports('src/cli/**', [
      refuse(
        [...ROLES, 'roles', 'simulator'],
        'The command line starts processes; it does not reach into roles.',
      ),
      NO_DRIZZLE,
      NO_SIGNER,
    ]),
    { files: ['test/**/*.test.ts'], rules: { 'max-lines': 'off' } },
  ],
})

/** A folder of src/ and those in it: what is one folder up for a file is not for another. */
function inside(
  folder: string,
  refused: { folders: string[]; message: string }[],
  others: Refusal[],
) {
  return [
    { files: `src/${folder}/*`, up: '../' },
    { files: `src/${folder}/*/**`, up: '../../' },
  ].map(({ files, up }) =>
    imports(files, [
      ...refused.map(({ folders, message }) =>
        refuse(
          folders.filter((other) => other !== folder),
          message,
          [up],
        ),
      ),
      ...others,
    ]),
  )
}

function refuse(folders: string[], message: string, up = ['../', '../../', '../../../']): Refusal {
  return { group: folders.flatMap((folder) => up.map((from) => `${from}${folder}/**`)), message }
}

function imports(files: string | string[], patterns: Refusal[]) {
  return {
    files: [files].flat(),
    rules: { 'no-restricted-imports': ['error', { patterns }] as const },
  }
}
