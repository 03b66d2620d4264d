/**
 * Counters of a network without a way out: what could not be sent, and what nobody took on this machine. A script that
 * adds to one of them asked for something that is in no file.
 */
const counted: readonly [table: string, name: string][] = [
  ['Ip', 'OutNoRoutes'],
  ['Tcp', 'AttemptFails'],
  ['Udp', 'NoPorts'],
  ['', 'Ip6OutNoRoutes'],
  ['', 'Udp6NoPorts'],
]

/** @param report `/proc/net/snmp` and `/proc/net/snmp6` of a network namespace that was new */
export function askedNetwork(report: string): boolean {
  const figures = new Map<string, number>()
  const heads = new Map<string, string[]>()
  for (const line of report.split('\n')) {
    const [first = '', ...rest] = line.trim().split(/\s+/)
    const table = first.endsWith(':') ? first.slice(0, -1) : undefined
    const names = table === undefined ? undefined : heads.get(table)
    if (table === undefined) figures.set(` ${first}`, Number(rest[0]))
    else if (names === undefined) heads.set(table, rest)
    else for (const [nth, name] of names.entries()) figures.set(`${table} ${name}`, Number(rest[nth]))
  }
  return counted.some(([table, name]) => (figures.get(`${table} ${name}`) ?? 0) > 0)
}
