import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { acknowledgeWildcard, nagReference } from "./acknowledge.ts";

/**
 * Where finished videos are kept: `<videoModelId>.mp4`, or with another extension, and a JSON
 * sidecar beside each; files that are not whole in `doubtful/`.
 */
export class VideoBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: { readonly removalPolicy: RemovalPolicy }) {
    super(scope, id);
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
  }

  private acknowledgeObjects(role: iam.IRole): void {
    acknowledgeWildcard(
      role,
      `${nagReference(this.bucket, "Arn")}/*`,
      "All objects of this bucket: a video's key is the id of its job.",
    );
  }
}
