import * as z from 'zod'

/** The name of a variable that holds a secret, or what differs by machine. What looks like a value is refused: it would be in git. */
export const EnvNameField = z
  .string()
  .regex(/^[A-Za-z_]\w*$/, 'expected the name of a variable, such as SLACK_WEBHOOK_URL, and never what it holds')
