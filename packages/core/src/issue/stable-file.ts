/**
 * A file name that stays the same between releases: without address, query, build hash and the folders above the
 * artifact. `http://127.0.0.1:4301/assets/index-BxY12ab3.js?v=1` and its next build are both `assets/index.js`.
 */
export function stableFile(file: string): string {
  const path = file.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*\/?/i, '').replace(/[?#].*$/, '')
  const parts = path.split('/').filter(part => part !== '' && part !== '.')
  return parts
    .slice(-2)
    .map(withoutHash)
    .filter(part => !isRelease(part))
    .join('/')
}

/** `index-BxY12ab3.js` and `chunk.1f9c2ab4.css`: a separator, eight or more letters and digits with at least one digit or capital. */
const withoutHash = (part: string): string => part.replace(/[-.](?=[\w-]*[\dA-Z])[\w-]{8,}(?=\.\w+$)/, '')

/** A folder named by a commit. */
const isRelease = (part: string): boolean => /^[0-9a-f]{7,40}$/.test(part)
