/** The package has no types of its own. */
declare module '@20minutes/s3rver' {
  class S3rver {
    constructor(options: {
      directory: string
      address: string
      port: number
      silent: boolean
      vhostBuckets: boolean
      configureBuckets: { name: string }[]
    })
    /** Of Koa. */
    middleware: ((context: S3rver.Context, next: () => Promise<void>) => Promise<void>)[]
    run(): Promise<{ port: number }>
    close(): Promise<void>
  }
  namespace S3rver {
    interface Params {
      bucket?: string
      key?: string
    }
    interface Context {
      path: string
      state: { account?: unknown }
    }
  }
  export default S3rver
}
