CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`hash` text NOT NULL,
	`scope` text NOT NULL,
	`created_at` integer NOT NULL,
	`revoked_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `attempts` (
	`email_id` text NOT NULL,
	`number` integer NOT NULL,
	`attempt` text NOT NULL,
	`claimed_at` integer NOT NULL,
	`ended_at` integer NOT NULL,
	`outcome` text NOT NULL,
	`reason` text,
	PRIMARY KEY(`email_id`, `number`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `calls` (
	`claimed_at` integer NOT NULL,
	`claim_token` text NOT NULL,
	`number` integer NOT NULL,
	`attempts` text NOT NULL,
	PRIMARY KEY(`claimed_at`, `claim_token`, `number`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `contents` (
	`id` text PRIMARY KEY NOT NULL,
	`last_email_id` text NOT NULL,
	`sender` text NOT NULL,
	`reply_to` text DEFAULT '[]' NOT NULL,
	`subject` text NOT NULL,
	`html` text,
	`text` text,
	`html_file` text,
	`text_file` text,
	`headers` text DEFAULT '[]' NOT NULL,
	`tags` text DEFAULT '[]' NOT NULL,
	`attachments` text DEFAULT '[]' NOT NULL,
	`pixel` integer DEFAULT 1 NOT NULL,
	`ses_tracking` integer DEFAULT 1 NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `dead_letters` (
	`id` text PRIMARY KEY NOT NULL,
	`queue` text NOT NULL,
	`body` text NOT NULL,
	`reason` text NOT NULL,
	`attempts` integer NOT NULL,
	`queued_at` integer NOT NULL,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `emails` (
	`id` text PRIMARY KEY NOT NULL,
	`broadcast_id` text,
	`content_id` text NOT NULL,
	`api_key_id` text,
	`address` text,
	`name` text,
	`recipient_count` integer DEFAULT 1 NOT NULL,
	`priority` text NOT NULL,
	`doubt_policy` text NOT NULL,
	`canary` integer DEFAULT 0 NOT NULL,
	`state` text NOT NULL,
	`due_at` integer,
	`scheduled_at` integer,
	`expires_at` integer,
	`attempt` text,
	`attempt_number` integer DEFAULT 0 NOT NULL,
	`refusals` integer DEFAULT 0 NOT NULL,
	`claimed_at` integer,
	`lease_until` integer,
	`doubted` integer DEFAULT 0 NOT NULL,
	`alone` integer DEFAULT 0 NOT NULL,
	`reason` text,
	`ses_message_id` text,
	`accepted_at` integer,
	`evidence_at` integer,
	`send_event_at` integer,
	`delivered_at` integer,
	`delay_first_at` integer,
	`delay_last_at` integer,
	`transient_bounce_at` integer,
	`permanent_bounce_at` integer,
	`suppressed_at` integer,
	`complained_at` integer,
	`rejected_at` integer,
	`render_failed_at` integer,
	`ses_open_at` integer,
	`pixel_open_at` integer,
	`first_click_at` integer,
	`status` text GENERATED ALWAYS AS (CASE WHEN complained_at IS NOT NULL THEN 'complained' WHEN rejected_at IS NOT NULL THEN 'rejected' WHEN render_failed_at IS NOT NULL THEN 'failed' WHEN suppressed_at IS NOT NULL THEN 'suppressed' WHEN permanent_bounce_at IS NOT NULL THEN 'bounced' WHEN delivered_at IS NOT NULL THEN 'delivered' WHEN transient_bounce_at IS NOT NULL THEN 'transient_bounce' WHEN delay_first_at IS NOT NULL THEN 'delayed' WHEN evidence_at IS NOT NULL THEN 'sent' ELSE state END) VIRTUAL NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `emails_due` ON `emails` (`priority`,`due_at`) WHERE due_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `emails_address` ON `emails` (`address`,`id`) WHERE broadcast_id IS NULL AND address IS NOT NULL;--> statement-breakpoint
CREATE TABLE `events` (
	`email_id` text NOT NULL,
	`key` text NOT NULL,
	`type` text NOT NULL,
	`at` integer NOT NULL,
	`recorded_at` integer NOT NULL,
	`recipient` text,
	`recording` text NOT NULL,
	`detail` text DEFAULT '{}' NOT NULL,
	PRIMARY KEY(`email_id`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `feed` (
	`id` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`keys` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `idempotency` (
	`key` text PRIMARY KEY NOT NULL,
	`fingerprint` text NOT NULL,
	`answer` text NOT NULL,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `minutes` (
	`minute` integer PRIMARY KEY NOT NULL,
	`answered` integer NOT NULL,
	`seen` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `recipients` (
	`email_id` text NOT NULL,
	`address` text NOT NULL,
	`position` integer NOT NULL,
	`kind` text NOT NULL,
	`name` text,
	`left_out` text,
	`delivered_at` integer,
	`delay_first_at` integer,
	`delay_last_at` integer,
	`transient_bounce_at` integer,
	`permanent_bounce_at` integer,
	`suppressed_at` integer,
	`complained_at` integer,
	PRIMARY KEY(`email_id`, `address`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `recipients_address` ON `recipients` (`address`,`email_id`);--> statement-breakpoint
CREATE TABLE `settings` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`changed_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `subscriptions` (
	`topic_arn` text PRIMARY KEY NOT NULL,
	`subscription_arn` text NOT NULL,
	`confirmed_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `suppressions` (
	`address` text PRIMARY KEY NOT NULL,
	`origin` text NOT NULL,
	`source_id` text,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
