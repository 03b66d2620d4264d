import { defineSettings } from '@gantry/core/config'
import * as z from 'zod'

/** Logs over OTLP/HTTP. */
export const otlp = defineSettings({
  kind: 'protocol',
  name: 'otlp',
  word: () => ({ protocol: 'otlp' as const }),
  schema: z.strictObject({ protocol: z.literal('otlp').describe('logs over OTLP/HTTP') }),
  env: () => [],
  docs: {
    title: 'OpenTelemetry',
    about: 'Logs of any OpenTelemetry SDK or collector over OTLP/HTTP, as JSON or protobuf.',
    examples: [[]],
    link: 'https://opentelemetry.io/docs/specs/otlp/#otlphttp',
  },
})
