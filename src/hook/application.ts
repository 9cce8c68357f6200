/** What a snapshot says of one application. */
export interface HookApplication {
  readonly name: string;
  /** By path below the application, e.g. `processing_time.avg`. Times in milliseconds. */
  readonly fields: ReadonlyMap<string, number>;
}
