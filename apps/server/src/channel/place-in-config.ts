/**
 * Lines of a gantry.config.ts, from 1, for people who want to change what stands there. Found by the text: comments are
 * passed over, a name that is put together while the file runs is not found.
 */
export function lineOfEnvironment(text: string, name: string): number | null {
  const lines = plainLines(text)
  const from = lines.findIndex(line => /\benvironments\s*:/.test(line))
  if (from === -1) return null
  const own = lines.findIndex(
    (line, at) => at >= from && keyOf(line, name) !== -1 && (at > from || isBehind(line, name)),
  )
  return own === -1 ? null : own + 1
}

/** @param name as routes name it: the type, and behind a colon what tells it from others of its type */
export function lineOfChannel(text: string, name: string): number | null {
  const [type = '', ...rest] = name.split(':')
  const own = rest.join(':')
  const calls = plainLines(text).map(line => line.split(`${type}(`).slice(1))
  const line = calls.findIndex(after => after.some(part => own === '' || isFirstText(part, own)))
  return line === -1 ? null : line + 1
}

const isFirstText = (part: string, own: string): boolean =>
  ["'", '"', '`'].some(mark => part.startsWith(mark + own + mark))

const isBehind = (line: string, name: string): boolean => keyOf(line, name) > line.search(/\benvironments\s*:/)

/** Where it stands as a key: `name:`, `'name':` or `"name":`. */
function keyOf(line: string, name: string): number {
  for (const key of [name, `'${name}'`, `"${name}"`]) {
    for (let at = line.indexOf(key); at !== -1; at = line.indexOf(key, at + 1)) {
      const isWhole = !/[\w'"-]/.test(line[at - 1] ?? ' ')
      if (isWhole && /^\s*:/.test(line.slice(at + key.length))) return at
    }
  }
  return -1
}

function plainLines(text: string): string[] {
  let isInside = false
  return text.split('\n').map(line => {
    if (isInside) {
      isInside = !line.includes('*/')
      return ''
    }
    if (/^\s*\/\*/.test(line)) isInside = !line.includes('*/')
    return /^\s*(\/\/|\/\*|\*)/.test(line) ? '' : line
  })
}
