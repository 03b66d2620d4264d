import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { auth } from './auth.ts'
import { AskForm, Field, textIn } from './form.tsx'

/** The second step of a sign-in with a password. */
export function SecondFactor({ onDone }: { onDone: () => void }) {
  const [isLost, setLost] = useState(false)
  const byCode = isLost ? auth.byRecoveryCode : auth.byCode
  return (
    <>
      <AskForm act="Go on" submit={form => byCode(textIn(form, 'code').replaceAll(' ', '')).then(onDone)}>
        {isLost ? (
          <Field key="recovery" label="Recovery code" name="code" autoComplete="off" hint="Each one works once." />
        ) : (
          <Field
            key="totp"
            label="Code of your authenticator"
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            autoFocus
          />
        )}
      </AskForm>
      <Button look="quiet" className="self-start" onClick={() => setLost(!isLost)}>
        {isLost ? 'Use the authenticator instead' : 'I have no access to my authenticator'}
      </Button>
    </>
  )
}
