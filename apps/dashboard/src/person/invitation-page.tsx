import type { InvitationView } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Refusal } from '../ui/refusal.tsx'
import { At } from '../ui/when.tsx'
import { auth } from './auth.ts'
import { AskForm, Field, textIn, useAsk } from './form.tsx'
import { invitationSecret } from './invitation-secret.ts'
import { roleWords } from './role-words.ts'
import { SecondFactor } from './second-factor.tsx'
import { WaysIn } from './sign-in-page.tsx'

/** Where the link of an invitation leads: what it is for, and the way in. */
export function InvitationPage({ isSignedIn, name }: { isSignedIn: boolean; name: string | null }) {
  const [secret] = useState(invitationSecret)
  const query = useQuery({
    queryKey: ['invitation', secret],
    queryFn: () => auth.lookAtInvitation<InvitationView>(secret),
    retry: false,
  })
  useEffect(() => {
    document.title = 'Invitation · Gantry'
  }, [])
  const invitation = query.data
  return (
    <main id="main" className="mx-auto flex max-w-lg flex-col gap-4 p-4 pt-[10dvh]">
      <h1 className="font-semibold text-20">
        {invitation ? `${invitation.invitedBy} invites you to ${invitation.project}` : 'Invitation'}
      </h1>
      {query.error && <Refusal error={query.error} />}
      {invitation && (
        <>
          <p>
            As {roleWords[invitation.role]}. It can be accepted once, until <At at={invitation.expiresAt} />
            {invitation.email && (
              <>
                , by <b>{invitation.email}</b>
              </>
            )}
            .
          </p>
          {invitation.lapse === null ? (
            <Accept secret={secret} email={invitation.email} who={isSignedIn ? name : null} />
          ) : (
            <p className="text-bad">
              It was {invitation.lapse === 'used' ? 'accepted already' : 'not accepted in time'}.
            </p>
          )}
        </>
      )}
    </main>
  )
}

function Accept({ secret, email, who }: { secret: string; email: string | null; who: string | null }) {
  const { run, refused } = useAsk()
  const accept = () =>
    run(async () => {
      const { project } = await auth.acceptInvitation(secret)
      location.assign(`/p/${encodeURIComponent(project)}`)
    })
  return (
    <>
      {who === null ? (
        <NewHere email={email} onDone={() => void accept()} />
      ) : (
        <div className="flex flex-wrap items-center gap-3">
          <Button look="strong" onClick={() => void accept()}>
            Accept as {who}
          </Button>
        </div>
      )}
      {refused && <Refusal error={refused} />}
    </>
  )
}

/** Makes an account, or signs in to the one there is; either accepts. */
function NewHere({ email, onDone }: { email: string | null; onDone: () => void }) {
  const [way, setWay] = useState<'new' | 'known' | 'halfway'>('new')
  if (way === 'halfway') return <SecondFactor onDone={onDone} />
  if (way === 'known')
    return (
      <>
        <WaysIn to={`/invitation${location.hash}`} onHalfway={() => setWay('halfway')} onDone={onDone} />
        <Button look="quiet" className="self-start" onClick={() => setWay('new')}>
          I am new here
        </Button>
      </>
    )
  return (
    <>
      <AskForm
        act="Make an account and accept"
        submit={form => auth.signUp(textIn(form, 'name'), textIn(form, 'email'), textIn(form, 'password')).then(onDone)}
      >
        <Field label="Name" name="name" autoComplete="name" hint="How approvals and the ledger call you." />
        <Field
          label="E-mail"
          name="email"
          type="email"
          autoComplete="username"
          defaultValue={email ?? ''}
          readOnly={email !== null}
        />
        <Field
          label="Password"
          name="password"
          type="password"
          minLength={10}
          autoComplete="new-password"
          hint="Ten characters or more."
        />
      </AskForm>
      <Button look="quiet" className="self-start" onClick={() => setWay('known')}>
        Sign in another way, or with an account I have
      </Button>
    </>
  )
}
