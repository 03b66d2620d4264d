import { useEffect, useState } from 'react'
import { acts } from '../api/acts.ts'
import { Button } from '../ui/button.tsx'
import { Command } from '../ui/command.tsx'
import { TextField } from '../ui/field.tsx'
import { asError, Refusal } from '../ui/refusal.tsx'

/** Shown in place of any screen when the session is over; the address stays, and so does where one was. */
export function SignIn() {
  const [refused, setRefused] = useState<Error | null>(null)
  useEffect(() => {
    document.title = 'Sign in · Gantry'
  }, [])
  const submit = async (form: FormData) => {
    setRefused(null)
    try {
      await acts.signIn(String(form.get('token') ?? ''))
      location.reload()
    } catch (cause) {
      setRefused(asError(cause))
    }
  }
  return (
    <main id="main" className="mx-auto flex max-w-lg flex-col gap-3 p-4 pt-[12dvh]">
      <h1 className="font-semibold text-20">Sign in</h1>
      <p>
        Open the sign-in link that <code>gantry up</code> printed. It works once, within the hour. Where the server
        runs, this prints another one (<code>pnpm gantry sign-in</code> in a checkout):
      </p>
      <Command text="gantry sign-in" />
      <form
        className="mt-4 flex flex-col gap-2 border-edge border-t pt-4"
        onSubmit={event => {
          event.preventDefault()
          void submit(new FormData(event.currentTarget))
        }}
      >
        <label htmlFor="token">Or paste the link here, and stay at this address:</label>
        <div className="flex gap-2">
          <TextField id="token" name="token" label="Sign-in link" required autoComplete="off" className="flex-1" />
          <Button look="strong" type="submit">
            Sign in
          </Button>
        </div>
      </form>
      {refused && <Refusal error={refused} />}
    </main>
  )
}
