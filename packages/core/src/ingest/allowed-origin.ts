const pattern = /^(?:(https?):\/\/)?(\*\.)?([a-z0-9]+(?:[.-][a-z0-9]+)*)(?::(\d{1,5}))?$/i

/** Whether it can be an entry of a key's origins: `https://shop.example`, `shop.example:8080`, `*.shop.example`. */
export const isOriginPattern = (text: string): boolean => pattern.test(text)

/**
 * Whether a page of that origin may report. Clients that are no browser send no origin and are let in: who can leave it
 * out can also make one up, so that refusing them would protect nothing. No pattern at all lets everybody in.
 */
export function isOriginAllowed(patterns: readonly string[], origin: string | undefined): boolean {
  if (patterns.length === 0 || origin === undefined) return true
  const at = /^(https?):\/\/([^/:]+)(?::(\d+))?$/i.exec(origin)
  if (!at) return false
  const [, scheme = '', host = '', port = ''] = at
  return patterns.some(each => {
    const [, wantedScheme, anyOf, wantedHost = '', wantedPort] = pattern.exec(each) ?? []
    if (wantedScheme && wantedScheme.toLowerCase() !== scheme.toLowerCase()) return false
    if ((wantedPort ?? '') !== port) return false
    const [own, wanted] = [host.toLowerCase(), wantedHost.toLowerCase()]
    return anyOf ? own.endsWith(`.${wanted}`) : own === wanted
  })
}
