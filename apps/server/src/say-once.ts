/** Notes about this machine are the same for every project: each is said once. */
export function sayOnce(say: (line: string) => void): (line: string) => void {
  const said = new Set<string>()
  return line => {
    if (!line.startsWith('note: ')) return say(line)
    if (said.has(line)) return
    said.add(line)
    say(line)
  }
}
