import * as z from 'zod'
import { PositiveDurationField } from './duration-field.ts'
import { SizeField } from './size-field.ts'

/** The fields of everything that is sent on. */
export const forwardBounds = {
  waitAtMost: PositiveDurationField.default('1d').describe(
    'what could not be sent for that long is dropped, and counted',
  ),
  queueAtMost: SizeField.default('500MB').describe(
    'what waits may take, packed; beyond it the oldest is dropped, and counted',
  ),
}

/**
 * The name of a variable with the address or the key of a forward. Only such as begin with `FORWARD_`: whoever may change the
 * config could else have any secret of the server sent to an address of theirs.
 */
export const ForwardEnvField = z
  .string()
  .regex(/^FORWARD_[A-Z0-9_]+$/, 'expected the name of a variable that begins with FORWARD_, and never what it holds')
