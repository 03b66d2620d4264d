/**
 * A file's name without the hash of its build: `index-BxY12ab3.js`, `main.1f9c2ab4.js`, `main-abcdefgh.js`. Names of people
 * stay: `auth-oauth2-callback.ts`, `user-settings.js`. Versions of libraries go: `jquery-3.7.1.min.js`.
 */
export function withoutBuildHash(name: string): string {
  const [, stem, ending] = /^(.+?)((?:\.(?:min|chunk|bundle|esm|cjs|legacy|module))*\.[a-z]{1,4})$/i.exec(name) ?? []
  if (stem === undefined || ending === undefined) return name
  return withoutHash(stem).replace(/[-.@]v?\d+(?:\.\d+)+$/, '') + ending
}

/** Base64 of a hash may hold dashes itself, so the longest end that is eight letters or an even number of digits is looked at first. */
function withoutHash(stem: string): string {
  const eight = stem.slice(-9)
  if (/^[-.~][\w-]{8}$/.test(eight) && stem.length > 9 && isHash(eight.slice(1))) return stem.slice(0, -9)
  const [, before, last] = /^(.+)[-.~]([\w]{6,64})$/.exec(stem) ?? []
  return before !== undefined && last !== undefined && isHash(last) ? before : stem
}

const isHash = (part: string): boolean =>
  /^(?=.*\d)[0-9a-f]{6,}$/.test(part) ||
  (/^[\w-]{8,24}$/.test(part) && (isMixed(part) || (part.length === 8 && /^[a-z]+$/.test(part) && isUnspeakable(part))))

/** Letters, capitals and digits as chance puts them; `oauth2-c` and `Checkout` are written by people. */
function isMixed(part: string): boolean {
  const kinds = [...part].map(character =>
    /\d/.test(character) ? 'd' : /[A-Z]/.test(character) ? 'C' : /[a-z]/.test(character) ? 'l' : '-',
  )
  const changes = kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length
  return changes >= 3 && (kinds.includes('d') || changes >= 5) && !/^(?:[A-Z][a-z]{2,})+\d*$/.test(part)
}

/** Pairs of letters that words of people have. Two that none has in eight letters are chance. */
const spoken = new Set(
  `ab ac ad ag ai al am an ap ar as at au av aw ay ba be bi bl bo br bu by ca ce ch ci ck cl co cr ct cu da de di do dr du ea ec ed
   ee ef el em en ep er es et ev ex ey fa fe ff fi fl fo fr fu ga ge gh gi gl go gr ha he hi ho ht ib ic id ie if ig il im in
   io ip ir is it iv iz ke ki la ld le li ll lo ls lt lu ly ma mb me mi mm mo mp mu na nc nd ne nf ng ni nk nl nn no ns nt nu
   ny ob oc od of oi ol om on oo op or os ot ou ov ow ox pa pe ph pi pl po pp pr pt pu qu ra rc rd re rg ri rk rl rm rn ro rr
   rs rt ru ry sa sc se sh si sk sl sm so sp ss st su sw sy ta te th ti tl to tr ts tt tu tw ty ub uc ud ue ui ul um un up ur
   us ut va ve vi vo wa we wh wi wo xp xt ye ys`.split(/\s+/),
)

const isUnspeakable = (word: string): boolean =>
  [...word].filter((letter, index) => index > 0 && !spoken.has(`${word[index - 1]}${letter}`)).length >= 2
