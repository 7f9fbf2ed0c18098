import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  StorageClass,
  type Transition,
} from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { acknowledgeWildcard, nagReference } from "./acknowledge.ts";
import type { ArchiverConfig } from "./config-schema.ts";
import { mayBecomeUnreadable } from "./storage-rules.ts";
import type { VideoTransition } from "./storage-schema.ts";

interface VideoBucketProps {
  readonly removalPolicy: RemovalPolicy;
  readonly config: ArchiverConfig;
}

/**
 * Where finished videos are kept: `<stem>.mp4`, or with another extension, and a JSON sidecar beside
 * each; files that are not whole in `doubtful/`. A job's stem is made by `videoKeyTemplate`.
 */
export class VideoBucket extends Construct {
  readonly bucket: Bucket;
  readonly #config: ArchiverConfig;

  constructor(scope: Construct, id: string, props: VideoBucketProps) {
    super(scope, id);
    this.#config = props.config;
    const { videoTransitions, videoRetentionDays } = props.config;
    this.bucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: props.removalPolicy,
      // CloudFormation cannot delete a bucket that holds anything.
      autoDeleteObjects: props.removalPolicy === RemovalPolicy.DESTROY,
      lifecycleRules: [
        {
          // Parts of an upload that died are billed and not listed; no upload lasts a day.
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          noncurrentVersionExpiration: Duration.days(30),
          ...(videoTransitions.length === 0 ? {} : { transitions: videoTransitions.map(asRule) }),
          // Deletes delete markers as well, once no version is left behind them.
          ...(videoRetentionDays === undefined
            ? {}
            : { expiration: Duration.days(videoRetentionDays) }),
        },
      ],
    });
    Validations.of(this.bucket).acknowledge({
      id: "AwsSolutions-S1",
      reason:
        "One function writes here and the job record names every object. Access logs are best " +
        "effort and would need a second bucket; who must audit reads turns on CloudTrail data events.",
    });
  }

  /**
   * Lets a role write, check and delete videos and their sidecars, and find uploads that an
   * earlier attempt left open, with the parts that they have.
   */
  grantArchiving(role: iam.IRole): void {
    iam.Grant.addToPrincipal({
      grantee: role,
      actions: [
        "s3:PutObject",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts",
        "s3:GetObject",
        // What was written is checked by its version, for which GetObject is not enough.
        "s3:GetObjectVersion",
        "s3:DeleteObject",
        // What was written and could not be verified is deleted, that version and no other.
        "s3:DeleteObjectVersion",
        // S3 asks for it of a request that creates an object with tags.
        ...(this.#config.videoObjectTags.length > 0 ? ["s3:PutObjectTagging"] : []),
      ],
      resourceArns: [this.bucket.arnForObjects("*")],
    });
    this.acknowledgeObjects(role);
    this.grantFinding(role);
  }

  /** Lets a role find and remove what a job that ended without its video has left. */
  grantDeletingLeftovers(role: iam.IRole): void {
    iam.Grant.addToPrincipal({
      grantee: role,
      actions: [
        "s3:GetObject",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:AbortMultipartUpload",
      ],
      resourceArns: [this.bucket.arnForObjects("*")],
    });
    this.acknowledgeObjects(role);
    this.grantFinding(role);
  }

  private grantFinding(role: iam.IRole): void {
    iam.Grant.addToPrincipal({
      grantee: role,
      // Who may not list the bucket is told 403 of an object that is not there.
      actions: ["s3:ListBucket", "s3:ListBucketMultipartUploads"],
      resourceArns: [this.bucket.bucketArn],
    });
  }

  /** Lets a role sign links to videos: a link can do what its signer may. */
  grantLinking(role: iam.IRole): void {
    iam.Grant.addToPrincipal({
      grantee: role,
      actions: ["s3:GetObject"],
      resourceArns: [this.bucket.arnForObjects("*")],
    });
    this.acknowledgeObjects(role);
    if (!mayBecomeUnreadable(this.#config)) return;
    iam.Grant.addToPrincipal({
      grantee: role,
      // Before a link is given S3 is asked for the video; without this it says 403 of one that is gone.
      actions: ["s3:ListBucket"],
      resourceArns: [this.bucket.bucketArn],
    });
  }

  private acknowledgeObjects(role: iam.IRole): void {
    acknowledgeWildcard(
      role,
      `${nagReference(this.bucket, "Arn")}/*`,
      "All objects of this bucket: a video's key follows from its job, and from the template that was " +
        "deployed when its copy began.",
    );
  }
}

function asRule({ storageClass, afterDays }: VideoTransition): Transition {
  return {
    storageClass: new StorageClass(storageClass),
    transitionAfter: Duration.days(afterDays),
  };
}
