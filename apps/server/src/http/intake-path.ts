/** Where Sentry's clients send, behind whatever path their address has, with or without the slash at its end. */
const sent = /^(?:\/[^/?]+){0,8}?(\/api\/\d{1,10}\/(?:envelope|store|security|minidump))\/?(\?.*)?$/

/** @example intakePath('/errors/api/1/store?x=1') // '/api/1/store/?x=1' */
export function intakePath(url: string): string {
  const [, path, query = ''] = sent.exec(url) ?? []
  return path === undefined ? url : `${path}/${query}`
}
