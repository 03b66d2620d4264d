/** Names of Node's long-term lines; `lts/*` needs none of them. https://github.com/nodejs/Release */
const names: Record<string, number> = {
  argon: 4,
  boron: 6,
  carbon: 8,
  dubnium: 10,
  erbium: 12,
  fermium: 14,
  gallium: 16,
  hydrogen: 18,
  iron: 20,
  jod: 22,
  krypton: 24,
}

/**
 * The major version that `lts/*`, `lts/-1` or `lts/iron` means at a time; anything else is left as it is. Even
 * majors up to 26 became long-term at the end of October of the year they came out, from 27 on every major does.
 */
export function withoutLtsAlias(asked: string, now: Date): string {
  const alias = /^lts(?:\/(.+))?$/i.exec(asked.trim())
  if (alias === null) return asked
  const name = (alias[1] ?? '*').toLowerCase()
  const back = /^-(\d+)$/.exec(name)?.[1]
  const major = name === '*' || back !== undefined ? ltsMajors(now).at(-1 - Number(back ?? 0)) : names[name]
  if (major === undefined) {
    throw new Error(`expected lts/*, lts/-1 or one of lts/${Object.keys(names).join(', lts/')}, got "${asked}"`)
  }
  return String(major)
}

function ltsMajors(now: Date): number[] {
  const years = Array.from({ length: now.getUTCFullYear() - 2015 + 1 }, (_, i) => 2015 + i)
  const begun = years.filter(year => now.getTime() >= Date.UTC(year, 9, 28))
  return begun.map(year => (year <= 2026 ? 2 * (year - 2013) : year - 2000))
}
