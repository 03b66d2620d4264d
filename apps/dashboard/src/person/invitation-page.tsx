import type { InvitationView } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { acts } from '../api/acts.ts'
import { Button } from '../ui/button.tsx'
import { When } from '../ui/when.tsx'
import { auth } from './auth.ts'
import { DoorPage } from './door-page.tsx'
import { AskForm, Field, Refused, textIn, useAsk } from './form.tsx'
import { invitationSecret, onOtherInvitation } from './invitation-secret.ts'
import { roleWords } from './role-words.ts'
import { SecondFactor } from './second-factor.tsx'
import { providerRefusal } from './sign-in-errors.ts'
import { WaysIn } from './sign-in-page.tsx'

interface Known {
  name: string
  email: string | null
}

/** Where the link of an invitation leads: what it is for, and the way in. `who` is signed in. */
export function InvitationPage({ who }: { who: Known | null }) {
  const [secret, setSecret] = useState(invitationSecret)
  useEffect(() => onOtherInvitation(() => setSecret(invitationSecret())), [])
  const refused = providerRefusal(location.search)
  const query = useQuery({
    queryKey: ['invitation', secret],
    queryFn: () => auth.lookAtInvitation<InvitationView>(secret),
    retry: false,
  })
  const invitation = query.data
  return (
    <DoorPage title="Invitation">
      <h1 className="font-semibold text-20">
        {invitation ? `${invitation.invitedBy} invites you to ${invitation.project}` : 'Invitation'}
      </h1>
      {refused && (
        <p role="alert" className="text-bad">
          The provider did not sign you in. {refused}
        </p>
      )}
      {query.error && <Refused error={query.error} />}
      {invitation && (
        <>
          <p>
            As {roleWords[invitation.role]}. It can be accepted once, until <When at={invitation.expiresAt} />
            {invitation.email && (
              <>
                , by <b>{invitation.email}</b>
              </>
            )}
            .
          </p>
          {invitation.lapse === null ? (
            <Accept key={secret} secret={secret} email={invitation.email} who={who} />
          ) : (
            <p className="text-bad">
              It was {invitation.lapse === 'used' ? 'accepted already' : 'not accepted in time'}. Ask{' '}
              {invitation.invitedBy} for another.
            </p>
          )}
        </>
      )}
    </DoorPage>
  )
}

function Accept({ secret, email, who }: { secret: string; email: string | null; who: Known | null }) {
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
        <SignedIn who={who} email={email} onAccept={() => void accept()} />
      )}
      {refused && <Refused error={refused} />}
    </>
  )
}

/** Whoever is signed in may be somebody else than was meant. */
function SignedIn({ who, email, onAccept }: { who: Known; email: string | null; onAccept: () => void }) {
  const { run, refused } = useAsk()
  const isForOther = email !== null && email !== who.email
  const why = isForOther ? `It is for ${email}` : null
  return (
    <>
      <p>
        You are signed in as <b>{who.name}</b>
        {who.email && `, ${who.email}`}.{isForOther && ' Only the account of the e-mail above may accept it.'}
      </p>
      <div className="flex flex-wrap items-center gap-3">
        <Button look={isForOther ? 'plain' : 'strong'} why={why} onClick={onAccept}>
          Accept as {who.name}
        </Button>
        <Button onClick={() => void run(() => acts.signOut().then(() => location.reload()))}>Sign out</Button>
      </div>
      {refused && <Refused error={refused} />}
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
        <WaysIn to="/invitation" onHalfway={() => setWay('halfway')} onDone={onDone} />
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
