CREATE TABLE `template_versions` (
	`template_id` text NOT NULL,
	`id` text NOT NULL,
	`sender` text,
	`reply_to` text DEFAULT '[]' NOT NULL,
	`subject` text,
	`html` text NOT NULL,
	`text` text,
	`variables` text DEFAULT '[]' NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`published_at` integer,
	PRIMARY KEY(`template_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `templates` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`alias` text,
	`current_version_id` text NOT NULL,
	`published_version_id` text,
	`published_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `templates_alias_unique` ON `templates` (`alias`);--> statement-breakpoint
ALTER TABLE `contents` ADD `template_id` text;