import type { Span } from '@gantry/workflow'

export interface Edit extends Span {
  text: string
}
