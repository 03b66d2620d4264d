/** What one migration made itself: taking that away again, or narrowing it, harms no earlier release. */
export interface MadeHere {
  /** `table sites`, `policy readers`, … */
  things: Set<string>
  /** `sites.release` */
  columns: Set<string>
}
