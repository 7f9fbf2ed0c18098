import type { TrackingExecutions } from "#aws/executions.ts";
import type { JobList } from "#aws/job-list.ts";
import type { VideoLinks } from "#aws/video-links.ts";
import type { KeyedLog, PublishingPorts } from "#use-cases/tracking/ports.ts";

/** What the operations on jobs work with. */
export interface JobApiPorts extends PublishingPorts {
  log: KeyedLog;
  executions: TrackingExecutions;
  list: JobList;
  links: VideoLinks;
  defaultDeadlineHours: number;
}
