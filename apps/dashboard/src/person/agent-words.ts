const browsers = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const
const systems = [
  ['iPhone', 'an iPhone'],
  ['iPad', 'an iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['Linux', 'Linux'],
] as const

/** "Firefox on Windows", to tell sessions apart; what a browser calls itself names half of the others too. */
export function agentWords(kind: 'browser' | 'command', agent: string | null): string {
  const found = (of: readonly (readonly [string, string])[]) => of.find(([mark]) => agent?.includes(mark))?.[1]
  if (kind === 'command') return agent ?? 'a command'
  const [browser, system] = [found(browsers), found(systems)]
  if (!browser) return system ? `a browser on ${system}` : 'a browser'
  return system ? `${browser} on ${system}` : browser
}
