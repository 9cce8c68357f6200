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

/** Turns samples, hook series and the run's own numbers into points. Each layout is one file and a row in LAYOUTS. */
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
  /** Makes the function that gives a subject's places: one, or two where it is written twice. */
  places(naming: Naming): (subject: Subject) => readonly Place[];
}

/** Trees or tags: TREE and TAGS are the two that there are. */
export interface Notation {
  /** A field as this layout writes it; its name is clean already. */
  fieldOf(field: Field): PointField;
  /** Makes the function that gives a hook series its place; the names of its figures begin with a dot, or are ''. */
  seriesPlaces(root: Root): (series: HookSeries) => Place;
  /** The place of the run's own numbers. */
  selfPlace(root: Root): Place;
}

/** The beginning of every path to one destination. */
export interface Root {
  readonly scope: string;
  /** The host's name; absent where it is left out of paths. */
  readonly host: string | undefined;
  /** Tags that every datapoint has, where there are tags. */
  readonly tags: Tags;
  readonly type: Backend['type'];
}

/** The root, and the options that HAProxy's numbers need besides. */
export interface Naming extends Root {
  readonly endpoints: Endpoints;
  readonly processName: Plan['processName'];
  /** Keep dots in HAProxy's names as levels of the path. */
  readonly keepDots: boolean;
  /** Whether the numbers of fields that count are what came since the run before. */
  readonly deltas: boolean;
  readonly groups: Groups;
}
