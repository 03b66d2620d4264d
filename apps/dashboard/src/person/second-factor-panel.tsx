import { useState } from 'react'
import { renderSVG } from 'uqr'
import { Command } from '../ui/command.tsx'
import { Panel } from '../ui/panel.tsx'
import { askAuth } from './auth.ts'
import { AskForm, Field, textIn } from './form.tsx'

interface Prepared {
  totpURI: string
  backupCodes: string[]
}

/** A code of an authenticator, asked for after the password. */
export function SecondFactorPanel(props: { isOn: boolean; hasPassword: boolean; onChanged: () => Promise<unknown> }) {
  const { isOn, hasPassword, onChanged } = props
  const [prepared, setPrepared] = useState<Prepared | null>(null)
  const confirm = async (form: FormData) => {
    await askAuth('/api/auth/two-factor/verify-totp', { code: textIn(form, 'code') })
    setPrepared(null)
    await onChanged()
  }
  if (prepared)
    return (
      <Panel title="Second factor">
        <Codes {...prepared} />
        {/* Its own form, with fields of its own: what was typed into the one before is a password. */}
        <AskForm key="code" act="Turn it on" submit={confirm}>
          <Field label="Code of your authenticator" name="code" inputMode="numeric" autoComplete="one-time-code" />
        </AskForm>
      </Panel>
    )
  if (!hasPassword && !isOn)
    return (
      <Panel title="Second factor">
        <p className="text-muted">
          It is asked for after a password, and you have none. A passkey asks for a PIN or a finger by itself; what a
          provider asks for is up to it.
        </p>
      </Panel>
    )
  const withPassword = (form: FormData) => (hasPassword ? { password: textIn(form, 'password') } : {})
  return (
    <Panel title="Second factor">
      <p className="mb-3">
        {isOn ? 'After your password you are asked for a code.' : 'Your password alone signs you in.'} A passkey asks
        for a PIN or a finger by itself; what a provider asks for is up to it.
      </p>
      <AskForm
        key="password"
        act={isOn ? 'Turn it off' : 'Set up an authenticator'}
        look="plain"
        submit={async form => {
          if (isOn) {
            await askAuth('/api/auth/two-factor/disable', withPassword(form))
            await onChanged()
          } else setPrepared(await askAuth<Prepared>('/api/auth/two-factor/enable', withPassword(form)))
        }}
      >
        {hasPassword && <Field label="Your password" name="password" type="password" autoComplete="current-password" />}
      </AskForm>
    </Panel>
  )
}

function Codes({ totpURI, backupCodes }: Prepared) {
  const secret = new URL(totpURI).searchParams.get('secret') ?? ''
  return (
    <div className="mb-3 flex flex-col gap-2">
      <img
        alt="QR code of the key, for the camera of an authenticator"
        className="size-44 bg-white p-2"
        src={`data:image/svg+xml;utf8,${encodeURIComponent(renderSVG(totpURI))}`}
      />
      <p>
        Add this key to your authenticator, or{' '}
        <a className="underline" href={totpURI}>
          open it there
        </a>
        :
      </p>
      <Command text={secret} />
      <p>
        Keep these recovery codes where you find them without your phone. Each works once; they are not shown again:
      </p>
      <ul className="grid grid-cols-2 gap-x-4 font-mono">
        {backupCodes.map(code => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </div>
  )
}
