export interface StepResult {
  outputs: Record<string, string>
  outcome: 'success' | 'failure' | 'cancelled' | 'skipped'
  conclusion: 'success' | 'failure' | 'cancelled' | 'skipped'
}
