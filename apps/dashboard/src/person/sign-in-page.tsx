import type { SignInWays } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Command } from '../ui/command.tsx'
import { Refusal } from '../ui/refusal.tsx'
import { askAuth, auth, goToProvider } from './auth.ts'
import { DoorPage } from './door-page.tsx'
import { AskForm, Field, textIn, useAsk } from './form.tsx'
import { signInByPasskey, whyNoPasskeys } from './passkeys.ts'
import { SecondFactor } from './second-factor.tsx'
import { ownAddress, providerRefusal } from './sign-in-errors.ts'

const ways = {
  queryKey: ['sign-in', 'ways'],
  queryFn: () => askAuth<SignInWays>('/api/v1/sign-in/ways'),
}

/** Shown in place of any screen when nobody is signed in; the address stays, and so does where one was. */
export function SignInPage() {
  const [isHalfway, setHalfway] = useState(false)
  const refused = providerRefusal(location.search)
  return (
    <DoorPage title="Sign in">
      <h1 className="font-semibold text-20">Sign in</h1>
      {refused && (
        <p role="alert" className="text-bad">
          The provider did not sign you in. {refused}
        </p>
      )}
      {isHalfway ? (
        <SecondFactor onDone={enter} />
      ) : (
        <>
          <WaysIn to={ownAddress(location)} onHalfway={() => setHalfway(true)} onDone={enter} />
          <ByLink />
        </>
      )}
    </DoorPage>
  )
}

/** The page anew, without what a provider said of a try before. */
const enter = () => location.replace(ownAddress(location) + location.hash)

/** Password, passkey, providers: for who has an account. */
export function WaysIn(props: { to: string; onHalfway: () => void; onDone: () => void }) {
  const { to, onHalfway, onDone } = props
  const { data } = useQuery(ways)
  const { run, refused } = useAsk()
  return (
    <>
      <AskForm
        act="Sign in"
        submit={async form => {
          const { twoFactorRedirect } = await auth.byPassword(textIn(form, 'email'), textIn(form, 'password'))
          if (twoFactorRedirect) onHalfway()
          else onDone()
        }}
      >
        <Field label="E-mail" name="email" type="email" autoComplete="username webauthn" />
        <Field label="Password" name="password" type="password" autoComplete="current-password" />
      </AskForm>
      <div className="flex flex-wrap gap-2">
        {whyNoPasskeys() === null && (
          <Button onClick={() => void run(() => signInByPasskey().then(onDone))}>Sign in with a passkey</Button>
        )}
        {data?.providers.map(({ id, name }) => (
          <Button key={id} onClick={() => void run(() => goToProvider(id, to))}>
            Continue with {name}
          </Button>
        ))}
      </div>
      {refused && <Refusal error={refused} />}
    </>
  )
}

/** On the machine of the server, where no password is needed. */
function ByLink() {
  return (
    <section aria-labelledby="by-link" className="flex flex-col gap-3 border-edge border-t pt-4">
      <h2 id="by-link" className="font-semibold">
        By a link
      </h2>
      <p>
        Open the sign-in link that <code>gantry up</code> printed. It works once, within the hour. Where the server
        runs, this prints another one (<code>pnpm gantry sign-in</code> in a checkout):
      </p>
      <Command text="gantry sign-in" />
      <AskForm act="Sign in by this link" look="plain" submit={form => auth.byLink(textIn(form, 'token')).then(enter)}>
        <Field label="Sign-in link" name="token" autoComplete="off" hint="Paste it here to stay at this address." />
      </AskForm>
    </section>
  )
}
