import type { TrackingExecutions } from "#aws/executions.ts";
import type { JobList } from "#aws/job-list.ts";
import type { VideoLinks } from "#aws/video-links.ts";
import type { KeyedLog, PublishingDependencies } from "#use-cases/tracking/dependencies.ts";

/** What the operations on jobs work with. */
export interface JobApiDependencies extends PublishingDependencies {
  log: KeyedLog;
  executions: TrackingExecutions;
  list: JobList;
  links: VideoLinks;
  defaultDeadlineHours: number;
}
