/** The request statistics of one application, from any source. */
export interface HookApplication {
  readonly name: string;
  /** Numbers by path below the application: `started`, `finished`, `processing`, `processing_time.avg` ... */
  readonly fields: ReadonlyMap<string, number>;
  /** Its live workers in the order of their start, where the source tells them apart. */
  readonly workers?: readonly ApplicationWorker[];
}

/** One worker's part of an application's statistics. */
export interface ApplicationWorker {
  readonly id: string;
  readonly fields: ReadonlyMap<string, number>;
}
