/** error: GitHub refuses it, or it does what nobody wants; warning: a risk; note: better otherwise. */
export type Severity = 'error' | 'warning' | 'note'
