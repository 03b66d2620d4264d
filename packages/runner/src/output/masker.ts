/** Replaces secrets in text by `***`, in every form in which they commonly leak. */
export class Masker {
  #secrets: string[] = []
  readonly #known = new Set<string>()
  readonly #given = new Set<string>()

  /** Multi-line and JSON secrets are masked piece by piece; pieces under 4 characters are left alone. */
  add(secret: string): void {
    if (secret.trim() === '') return
    this.#given.add(secret)
    const pieces = [secret, ...longPieces(secret)]
    for (const piece of pieces) for (const form of formsOf(piece)) this.#known.add(form)
    this.#secrets = [...this.#known].sort((a, b) => b.length - a.length)
  }

  /** The secrets themselves, as they were added. */
  get given(): string[] {
    return [...this.#given]
  }

  get longest(): number {
    return this.#secrets[0]?.length ?? 0
  }

  mask(text: string): string {
    const ranges = this.#secrets.flatMap(secret => rangesOf(text, secret))
    if (ranges.length === 0) return text
    let masked = ''
    let from = 0
    for (const { start, end } of merged(ranges)) {
      masked += `${text.slice(from, start)}***`
      from = end
    }
    return masked + text.slice(from)
  }
}

interface Range {
  start: number
  end: number
}

function longPieces(secret: string): string[] {
  const lines = secret.includes('\n') ? secret.split(/\r?\n/).map(line => line.trim()) : []
  return [...lines, ...jsonTexts(secret)].filter(piece => piece.length >= 4)
}

function jsonTexts(secret: string): string[] {
  if (!/^\s*[[{]/.test(secret)) return []
  try {
    return textsIn(JSON.parse(secret))
  } catch {
    return []
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

function formsOf(secret: string): string[] {
  const forms = [secret, JSON.stringify(secret).slice(1, -1)]
  if (secret.length < 4) return forms
  const bytes = Buffer.from(secret)
  // The same bytes look different in base64 depending on where in the text they start.
  const encoded = [0, 1, 2].map(shift =>
    bytes
      .subarray(shift === 0 ? 0 : 3 - shift)
      .toString('base64')
      .replace(/=+$/, ''),
  )
  const hex = bytes.toString('hex')
  return [
    ...forms,
    encodeURIComponent(secret),
    hex,
    hex.toUpperCase(),
    // Whole, where nothing follows it.
    bytes.toString('base64'),
    ...encoded
      .map(form => form.slice(0, -1))
      .filter(form => form.length >= 8)
      .flatMap(spellingsOf),
  ]
}

/** As it stands in a line, in a URL, and cut into lines as `base64` (76) and `openssl base64` (64) cut it. */
function spellingsOf(base64: string): string[] {
  const inUrl = base64.replaceAll('+', '-').replaceAll('/', '_')
  const lines = [76, 64].flatMap(columns =>
    Array.from({ length: Math.ceil(base64.length / columns) }, (_, line) =>
      base64.slice(line * columns, (line + 1) * columns),
    ),
  )
  return [base64, inUrl, ...lines.filter(line => line.length >= 8)]
}

function rangesOf(text: string, secret: string): Range[] {
  const ranges: Range[] = []
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
    ranges.push({ start: at, end: at + secret.length })
  }
  return ranges
}

function merged(ranges: Range[]): Range[] {
  const result: Range[] = []
  for (const range of ranges.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1)
    if (last !== undefined && range.start <= last.end) last.end = Math.max(last.end, range.end)
    else result.push({ ...range })
  }
  return result
}
