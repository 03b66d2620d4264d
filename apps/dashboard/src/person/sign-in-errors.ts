/** Why a provider did not sign somebody in, in our words. What else stands in the address is anybody's text, and is not shown. */
const known: Record<string, string> = {
  invitation_needed:
    'An account is made by invitation: open the link of one first, or ask an owner of the project for it.',
  email_taken: 'There is an account that has or had this e-mail. Sign in with it, then add the provider under Profile.',
  account_not_linked: 'There is an account with this e-mail. Sign in with it, then add the provider under Profile.',
  account_already_linked_to_different_user: 'This account of the provider signs somebody else in.',
  access_denied: 'You, or the provider, said no.',
  state_mismatch: 'The sign-in was begun in another browser, or too long ago. Begin anew.',
  state_not_found: 'The sign-in was begun in another browser, or too long ago. Begin anew.',
  please_restart_the_process: 'The sign-in was begun in another browser, or too long ago. Begin anew.',
}

/** Null when the address says nothing of the kind. */
export function providerRefusal(search: string): string | null {
  const code = new URLSearchParams(search).get('error')
  if (code === null) return null
  return known[code] ?? 'The log of the server says why.'
}

/** This place on this server. A path of two slashes would be the name of another. */
export const ownAddress = ({ origin, pathname }: Pick<Location, 'origin' | 'pathname'>): string =>
  `${origin}${pathname === '/signed-in' ? '/' : pathname}`
