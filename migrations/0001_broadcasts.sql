CREATE TABLE `broadcasts` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`api_key_id` text,
	`sender` text NOT NULL,
	`reply_to` text DEFAULT '[]' NOT NULL,
	`subject` text NOT NULL,
	`preview_text` text,
	`html` text,
	`text` text,
	`tags` text DEFAULT '[]' NOT NULL,
	`attachments` text DEFAULT '[]' NOT NULL,
	`pixel` integer DEFAULT 1 NOT NULL,
	`ses_tracking` integer DEFAULT 1 NOT NULL,
	`segment_id` text,
	`topic_id` text,
	`parent_id` text,
	`doubt_policy` text DEFAULT 'hold' NOT NULL,
	`canary` text,
	`brake` text NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`created_at` integer NOT NULL,
	`changed_at` integer NOT NULL,
	`scheduled_at` integer,
	`started_at` integer,
	`ended_at` integer,
	`cut_at` integer,
	`canary_sent_at` integer,
	`audience` integer,
	`sent` integer DEFAULT 0 NOT NULL,
	`delivered` integer DEFAULT 0 NOT NULL,
	`bounced` integer DEFAULT 0 NOT NULL,
	`complained` integer DEFAULT 0 NOT NULL,
	`opened` integer DEFAULT 0 NOT NULL,
	`clicked` integer DEFAULT 0 NOT NULL,
	`unsubscribed` integer DEFAULT 0 NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `ranges` (
	`broadcast_id` text NOT NULL,
	`n` integer NOT NULL,
	`first_id` text NOT NULL,
	`last_id` text NOT NULL,
	`recipients` integer NOT NULL,
	`state` text NOT NULL,
	`released_at` integer,
	PRIMARY KEY(`broadcast_id`, `n`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `ranges_state` ON `ranges` (`broadcast_id`,`state`,`n`);--> statement-breakpoint
CREATE TABLE `unsubscribes` (
	`address` text NOT NULL,
	`topic_id` text DEFAULT '' NOT NULL,
	`source_id` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`address`, `topic_id`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `emails` ADD `variables` text;