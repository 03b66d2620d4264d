export interface RunnerHearer {
  say(line: string): void
  now(): Date
}
