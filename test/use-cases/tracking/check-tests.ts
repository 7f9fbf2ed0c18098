import type { TestStore } from "@akool-archiver/test-support/dynamodb.ts";
import { dynamoDbTest } from "@akool-archiver/test-support/dynamodb-fixture.ts";
import { EXECUTION } from "#test/support/jobs.ts";
import { type TestDependencies, testDependencies } from "#test/support/tracking.ts";
import { checkJob } from "#use-cases/tracking/check-job.ts";

export const POLICY = { poll: { minSeconds: 5, maxSeconds: 300 }, defaultDeadlineHours: 24 };
export const OTHER = "arn:aws:states:local:000000000000:execution:tracking:other";

/** What each test of a check has of its own: an id that is on no record, and what the check asks. */
class CheckTest {
  readonly client: TestStore["client"];
  readonly dependencies: TestDependencies;
  readonly videoModelId: string;

  constructor(table: TestStore, videoModelId: string) {
    this.client = table.client;
    this.dependencies = testDependencies(table);
    this.videoModelId = videoModelId;
  }

  check(execution = EXECUTION, using: TestDependencies = this.dependencies) {
    return checkJob(using, POLICY, { request: { videoModelId: this.videoModelId }, execution });
  }

  record() {
    return this.dependencies.store.get(this.videoModelId);
  }

  /** The statuses that were published, in order. */
  published() {
    return this.dependencies.published.map(({ Detail }) => Detail.status);
  }
}

/** Gives what the test under way has of its own. */
export function checkTests() {
  let test: CheckTest;
  let counter = 0;
  dynamoDbTest.beforeEach(({ table }) => {
    test = new CheckTest(table, `check-job-${counter++}`);
  });
  return {
    get test() {
      return test;
    },
  };
}
