/** One fault in a config: where, and what was expected there. */
export interface ConfigFault {
  /** `services.backend.neeeds` */
  path: string
  message: string
}
