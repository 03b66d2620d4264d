import { askAuth } from './auth.ts'

/** Browsers of before 2025 cannot read what the server sends. */
export const canUsePasskeys = (): boolean =>
  typeof PublicKeyCredential !== 'undefined' && 'parseRequestOptionsFromJSON' in PublicKeyCredential

/** Lets the browser sign in with a passkey of this server. */
export async function signInByPasskey(): Promise<void> {
  const asked = await askAuth<PublicKeyCredentialRequestOptionsJSON>('/api/auth/passkey/generate-authenticate-options')
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked)
  const response = written(await navigator.credentials.get({ publicKey }))
  await askAuth('/api/auth/passkey/verify-authentication', { response })
}

/** Makes a passkey for whoever is signed in. */
export async function addPasskey(name: string): Promise<void> {
  const asked = await askAuth<PublicKeyCredentialCreationOptionsJSON>('/api/auth/passkey/generate-register-options')
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked)
  const response = written(await navigator.credentials.create({ publicKey }))
  await askAuth('/api/auth/passkey/verify-registration', { response, name })
}

function written(credential: Credential | null): unknown {
  if (credential instanceof PublicKeyCredential) return credential.toJSON()
  throw new Error('the browser gave no passkey')
}
