import { createTransport } from 'nodemailer'

/** Sends mail to people. */
export interface Mailer {
  /** False when the mail server did not take it; that is logged. */
  send(mail: { to: string; subject: string; text: string }): Promise<boolean>
}

export interface MailSettings {
  /** `smtps://user:password@host:465` or `smtp://host:587`. */
  url: string
  from: string
}

const answerWithinMs = 10_000

/** Mail by SMTP. A `smtp:` server is spoken to with TLS wherever it offers STARTTLS. */
export function createMailer(
  { url, from }: MailSettings,
  log: { error(facts: object, message: string): void },
): Mailer {
  const transport = createTransport(url, { from })
  return {
    async send({ to, subject, text }) {
      try {
        await within(transport.sendMail({ to, subject, text }), answerWithinMs)
        return true
      } catch (cause) {
        log.error({ err: cause, subject }, 'a mail was not taken by the mail server')
        return false
      }
    },
  }
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
