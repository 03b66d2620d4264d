import type { KnownAs, Person } from '../person/person.ts'
import type { Contributors } from './contributors.ts'

/**
 * What a person has to do with it; null when nothing is known. Git knows people as `Ann <ann@example.com>` or a name;
 * they sign in as an id or a name. Addresses decide, and among those of GitHub the number of the account; where one is not known,
 * whoever has the same name or id is taken for the same: better a vote too few than one's own. What they were called before
 * counts as what they are called now.
 */
export function handIn(
  { wrote, pushed }: Contributors,
  person: Pick<Person, 'id' | 'name'>,
  knownAs: KnownAs,
): 'wrote' | 'pushed' | null {
  if (wrote.some(contributor => isSame(contributor, person, knownAs))) return 'wrote'
  return pushed.some(contributor => isSame(contributor, person, knownAs)) ? 'pushed' : null
}

function isSame(contributor: string, { id, name }: Pick<Person, 'id' | 'name'>, knownAs: KnownAs): boolean {
  const { names, emails, github = [] } = knownAs
  const [, called = contributor, address = ''] = /^(.*?)\s*<([^>]*)>$/.exec(contributor) ?? []
  const theirs = emails.map(plain)
  const hidden = hiddenAccount(address || contributor)
  if (hidden?.account && github.length > 0) return github.includes(hidden.account)
  if (theirs.length > 0 && address && !hidden) return theirs.includes(plain(address))
  const known = [contributor, called, address, hidden?.login ?? ''].map(plain).filter(text => text !== '')
  return [name, id, ...names]
    .map(plain)
    .concat(theirs)
    .some(text => known.includes(text))
}

/** GitHub's way of hiding an address: it says nothing about the person's own, and names the account. */
function hiddenAccount(address: string): { account: number | null; login: string } | null {
  const [, account, login = ''] = /^(?:(\d+)\+)?(.+)@users\.noreply\.github\.com$/.exec(plain(address)) ?? []
  return login === '' ? null : { account: account === undefined ? null : Number(account), login }
}

const plain = (text: string): string => text.normalize('NFKC').trim().toLowerCase()
