import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { Refusal } from '../ui/refusal.tsx'
import { askAuth } from './auth.ts'
import { AskForm, Field, textIn, useAsk } from './form.tsx'

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
  if (query.error) return <Refusal error={query.error} onRetry={onOther} />
  if (query.data && query.data.status !== 'pending') return <p>This code was used already.</p>
  return (
    <div className="flex flex-col gap-3">
      <p>
        A command shows the code <code className="font-semibold text-16">{code}</code> and asks to act as you, for 30
        days. Allow it only when you started it yourself and it shows the same code.
      </p>
      <div className="flex gap-2">
        <Button look="strong" onClick={() => decide('approve')} why={query.data ? null : 'The code is looked up'}>
          Sign the command in
        </Button>
        <Button onClick={() => decide('deny')}>Refuse it</Button>
      </div>
      {refused && <Refusal error={refused} />}
    </div>
  )
}
