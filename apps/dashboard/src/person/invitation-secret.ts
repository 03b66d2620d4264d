const kept = 'gantry-invitation'

/** What stands behind the # of the link; kept in this tab while a provider signs its person in. */
export function invitationSecret(): string {
  const inLink = location.hash.slice(1)
  if (inLink !== '') sessionStorage.setItem(kept, inLink)
  return inLink || (sessionStorage.getItem(kept) ?? '')
}

/** Another link in the same tab changes nothing but what stands behind the #. */
export function onOtherInvitation(hear: () => void): () => void {
  addEventListener('hashchange', hear)
  return () => removeEventListener('hashchange', hear)
}
