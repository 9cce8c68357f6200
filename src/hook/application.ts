/** The request statistics of one application, whichever source they come from. */
export interface HookApplication {
  readonly name: string;
  /** by path below the application: 'started', 'finished', 'processing', 'processing_time.avg' … */
  readonly fields: ReadonlyMap<string, number>;
}
