import type { Backend, Groups } from '../plan.ts';
import type { DefaultFields, Endpoints, Field, Place, PointField, ProcessSubject } from '../types.ts';

/** How samples become points: one function that gives a subject its place. */
export interface Layout<Subject> {
  /** A field as this layout writes it; its name is clean already. */
  fieldOf(field: Field): PointField;
  /** Makes the function that gives a subject's places: one, or two where it is written twice. */
  places(naming: Naming): (subject: Subject) => readonly Place[];
}

/** A layout of single processes, with the fields it sends by default. */
export interface ProcessLayout extends Layout<ProcessSubject> {
  readonly defaults: DefaultFields;
}

/** What a layout needs beside the subject. */
export interface Naming {
  /** The root of every path. */
  readonly scope: string;
  /** The host's name; absent where it is left out of paths. */
  readonly host: string | undefined;
  readonly endpoints: Endpoints;
  readonly type: Backend['type'];
  /** Keep dots in HAProxy's names as levels of the path. */
  readonly keepDots: boolean;
  readonly groups: Groups;
}
