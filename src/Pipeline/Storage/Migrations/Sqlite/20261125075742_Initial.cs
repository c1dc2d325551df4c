using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Alignment.Pipeline.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "Projects",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Projects", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Datasets",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    ProjectId = table.Column<int>(type: "INTEGER", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    TrainRows = table.Column<int>(type: "INTEGER", nullable: false),
                    TestRows = table.Column<int>(type: "INTEGER", nullable: false),
                    ContentHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Aggregation = table.Column<string>(type: "TEXT", nullable: false),
                    LastJudgmentId = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Datasets", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Datasets_Projects_ProjectId",
                        column: x => x.ProjectId,
                        principalTable: "Projects",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "Items",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ProjectId = table.Column<int>(type: "INTEGER", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    Prompt = table.Column<string>(type: "TEXT", nullable: false),
                    PromptId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    AnswerA = table.Column<string>(type: "TEXT", nullable: true),
                    AnswerB = table.Column<string>(type: "TEXT", nullable: true),
                    Source = table.Column<string>(type: "TEXT", nullable: false),
                    Provenance = table.Column<string>(type: "TEXT", nullable: false),
                    ContentHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Items", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Items_Projects_ProjectId",
                        column: x => x.ProjectId,
                        principalTable: "Projects",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "Judgments",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ItemId = table.Column<long>(type: "INTEGER", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    Verdict = table.Column<string>(type: "TEXT", maxLength: 16, nullable: true),
                    P = table.Column<double>(type: "REAL", nullable: true),
                    Score = table.Column<int>(type: "INTEGER", nullable: true),
                    LabelerKind = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    LabelerId = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    LabelerVersion = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    OrderShown = table.Column<string>(type: "TEXT", maxLength: 16, nullable: true),
                    ActiveMilliseconds = table.Column<long>(type: "INTEGER", nullable: true),
                    Comment = table.Column<string>(type: "TEXT", nullable: true),
                    IdempotencyKey = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    RevisesId = table.Column<long>(type: "INTEGER", nullable: true),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Judgments", x => x.Id);
                    table.CheckConstraint("CK_Judgments_P", "\"P\" IS NULL OR (\"P\" >= 0 AND \"P\" <= 1)");
                    table.CheckConstraint("CK_Judgments_Said", "(\"Verdict\" IS NULL) <> (\"Score\" IS NULL)");
                    table.CheckConstraint("CK_Judgments_Score", "\"Score\" IS NULL OR (\"Score\" >= 1 AND \"Score\" <= 10)");
                    table.ForeignKey(
                        name: "FK_Judgments_Items_ItemId",
                        column: x => x.ItemId,
                        principalTable: "Items",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_Judgments_Judgments_RevisesId",
                        column: x => x.RevisesId,
                        principalTable: "Judgments",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Datasets_ProjectId",
                table: "Datasets",
                column: "ProjectId");

            migrationBuilder.CreateIndex(
                name: "IX_Items_ProjectId_ContentHash",
                table: "Items",
                columns: new[] { "ProjectId", "ContentHash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Items_ProjectId_Kind_ContentHash",
                table: "Items",
                columns: new[] { "ProjectId", "Kind", "ContentHash" });

            migrationBuilder.CreateIndex(
                name: "IX_Items_ProjectId_PromptId",
                table: "Items",
                columns: new[] { "ProjectId", "PromptId" });

            migrationBuilder.CreateIndex(
                name: "IX_Judgments_IdempotencyKey",
                table: "Judgments",
                column: "IdempotencyKey",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Judgments_ItemId",
                table: "Judgments",
                column: "ItemId");

            migrationBuilder.CreateIndex(
                name: "IX_Judgments_RevisesId",
                table: "Judgments",
                column: "RevisesId");

            migrationBuilder.CreateIndex(
                name: "IX_Projects_Name",
                table: "Projects",
                column: "Name",
                unique: true);

            // By hand: what SaveChanges refuses, the database refuses too.
            migrationBuilder.Sql(
                """
                CREATE TRIGGER "TR_Judgments_AppendOnly" BEFORE UPDATE ON "Judgments"
                BEGIN SELECT RAISE(ABORT, 'judgments are append-only: add one that revises it'); END;
                """);
            migrationBuilder.Sql(
                """
                CREATE TRIGGER "TR_Judgments_NeverDeleted" BEFORE DELETE ON "Judgments"
                BEGIN SELECT RAISE(ABORT, 'judgments are append-only: add one that revises it'); END;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Datasets");

            migrationBuilder.DropTable(
                name: "Judgments");

            migrationBuilder.DropTable(
                name: "Items");

            migrationBuilder.DropTable(
                name: "Projects");
        }
    }
}
