/** Kept apart from the code of the actions so that reading a file loads none of it; a test holds both equal. */
export const knownActions = [
  'actions/cache',
  'actions/cache/restore',
  'actions/cache/save',
  'actions/checkout',
  'actions/download-artifact',
  'actions/github-script',
  'actions/setup-node',
  'actions/upload-artifact',
  'pnpm/action-setup',
] as const

/** Whatever version or commit is asked for, the one built-in behaviour answers. */
export function isBuiltIn(uses: string): boolean {
  const name = (uses.split('@')[0] ?? '').toLowerCase()
  return knownActions.some(known => known === name)
}
