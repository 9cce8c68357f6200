import type { Backend, Groups, Plan, Tags } from '../plan.ts';
import type {
  Endpoints,
  Field,
  HookSeries,
  MergedSubject,
  Place,
  PointField,
  ProcessSubject,
} from '../types.ts';

/** A layout turns samples, hook series and the run's own numbers into points. Each is one file and a row in LAYOUTS. */
export type Layout = ProcessLayout | MergedLayout;

/** A layout of single processes. */
export interface ProcessLayout extends Notation, Placement<ProcessSubject> {
  readonly merges: false;
  /** The fields that `--metrics default` stands for. */
  readonly defaults: readonly string[];
}

/** A layout of objects that are merged over all processes. */
export interface MergedLayout extends Notation, Placement<MergedSubject> {
  readonly merges: true;
}

/** The places of HAProxy's numbers. */
export interface Placement<Subject> {
  /** Returns a function that gives a subject's places: one, or two if it is written twice. */
  places(naming: Naming): (subject: Subject) => readonly Place[];
  /** Makes the test of subjects that have a place of their own whatever the names are. Without it every place is looked up. */
  distinct?(naming: Naming): (subject: Subject) => boolean;
}

/** A way to write paths; there are two, TREE and TAGS. */
export interface Notation {
  /** Writes a field, whose name is clean already. */
  fieldOf(field: Field): PointField;
  /** Returns a function that gives a hook series its place; the names of its figures begin with a dot, or are ''. */
  seriesPlaces(root: Root): (series: HookSeries) => Place;
  /** Returns the place of the run's own numbers. */
  selfPlace(root: Root): Place;
}

/** The beginning of every path to one destination. */
export interface Root {
  readonly scope: string;
  /** The host's name; undefined if paths go without it. */
  readonly host: string | undefined;
  /** The tags of every datapoint, in layouts with tags. */
  readonly tags: Tags;
  readonly type: Backend['type'];
}

/** The root, and the options for the paths of HAProxy's numbers. */
export interface Naming extends Root {
  readonly endpoints: Endpoints;
  readonly processName: Plan['processName'];
  /** Keep dots in HAProxy's names as levels of the path. */
  readonly keepDots: boolean;
  /** Whether counters are their increase since the previous run. */
  readonly deltas: boolean;
  readonly groups: Groups;
}
