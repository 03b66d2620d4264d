import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { askAuth } from './auth.ts'
import { AskForm, Field, Refused, textIn, useAsk } from './form.tsx'

/** Where `gantry sign-in https://…` sends its person: the command shows a code, and they say whether it is theirs. */
export function DevicePage() {
  const [code, setCode] = useState(new URLSearchParams(location.search).get('user_code') ?? '')
  return (
    <Page title="Sign in a command">
      {code === '' ? (
        <AskForm act="Look it up" submit={async form => setCode(textIn(form, 'code').trim())}>
          <Field label="Code that the command shows" name="code" autoComplete="off" autoFocus />
        </AskForm>
      ) : (
        <Confirm code={code} onOther={() => setCode('')} />
      )}
    </Page>
  )
}

function Confirm({ code, onOther }: { code: string; onOther: () => void }) {
  const [done, setDone] = useState<'approve' | 'deny' | null>(null)
  const { run, refused } = useAsk()
  const { data: me } = useQuery(queries.me())
  const query = useQuery({
    queryKey: ['device', code],
    queryFn: () => askAuth<{ status: string }>(`/api/auth/device?user_code=${encodeURIComponent(code)}`),
    retry: false,
  })
  const decide = (verb: 'approve' | 'deny') =>
    void run(async () => {
      await askAuth(`/api/auth/device/${verb}`, { userCode: code })
      setDone(verb)
    })
  if (done !== null)
    return (
      <p role="status">
        {done === 'approve' ? 'The command is signed in. You can close this page.' : 'The command was refused.'}
      </p>
    )
  const other = <Button onClick={onOther}>Type another code</Button>
  if (query.error)
    return (
      <div className="flex max-w-lg flex-col items-start gap-3">
        <Refused error={query.error} />
        {other}
      </div>
    )
  if (query.data && query.data.status !== 'pending')
    return (
      <div className="flex flex-col items-start gap-3">
        <p>This code was used already.</p>
        {other}
      </div>
    )
  return (
    <div className="flex max-w-lg flex-col gap-3">
      <p>A command shows this code and asks to act as {me ? <b>{me.person.name}</b> : 'you'}, for 30 days:</p>
      <p>
        <code className="font-semibold text-20 tracking-widest">{code}</code>
      </p>
      <p>
        Allow it only when you started it yourself and it shows the same code. If somebody else sent you here, refuse
        it.
      </p>
      <div className="flex gap-2">
        <Button look="strong" onClick={() => decide('approve')} why={query.data ? null : 'The code is looked up'}>
          Sign the command in
        </Button>
        <Button onClick={() => decide('deny')}>Refuse it</Button>
      </div>
      {refused && <Refused error={refused} />}
    </div>
  )
}
