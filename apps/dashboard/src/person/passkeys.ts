import { askAuth } from './auth.ts'

/** Why there are no passkeys here; null when there are. Browsers of before 2025 cannot read what the server sends. */
export function whyNoPasskeys(): string | null {
  // A passkey belongs to a name; see https://www.w3.org/TR/webauthn-3/#relying-party-identifier
  if (/^[\d.]+$|^\[/.test(location.hostname))
    return `Passkeys belong to a name, and this page is at the number ${location.hostname}.${atName()}`
  if (!isSecureContext) return 'Passkeys need an address that begins with https.'
  const isKnown = typeof PublicKeyCredential !== 'undefined' && 'parseRequestOptionsFromJSON' in PublicKeyCredential
  return isKnown ? null : 'This browser has no passkeys.'
}

const atName = (): string => {
  if (!/^127\.|^\[::1\]/.test(location.hostname)) return ''
  return ` Open http://localhost${location.port && `:${location.port}`}${location.pathname} instead.`
}

/** Lets the browser sign in with a passkey of this server. */
export async function signInByPasskey(): Promise<void> {
  const asked = await askAuth<PublicKeyCredentialRequestOptionsJSON>('/api/auth/passkey/generate-authenticate-options')
  // The server takes none that was used without a PIN or finger.
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON({ ...asked, userVerification: 'required' })
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
