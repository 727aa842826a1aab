/** All guards by their numbers, and the test that is to fail without each; the build fills them in. */
export const GUARDS: { name: string; fails: string | null }[] = []
