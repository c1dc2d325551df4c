using MudBlazor;

namespace Alignment.Labeling.Web.Components.Layout;

/// <summary>The colours; text on each of them has a contrast of at least 4.5 to 1.</summary>
internal static class Palettes
{
    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#4b3fc4",
            Secondary = "#9c2c77",
            Success = "#2e7d32",
            Warning = "#b26a00",
            WarningDarken = "#7a4a00",
            Info = "#1565c0",
            Error = "#c62828",
            Background = "#fafafc",
            Surface = "#ffffff",
            TextPrimary = "#1c1b22",
            TextSecondary = "rgba(28,27,34,0.72)",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#b3a9ff",
            PrimaryContrastText = "#1a1a27",
            Secondary = "#f0a3d3",
            SecondaryContrastText = "#1a1a27",
            Success = "#2e7d32",
            SuccessContrastText = "#ffffff",
            Warning = "#ffc166",
            WarningDarken = "#ffc166",
            WarningContrastText = "#1a1a27",
            Info = "#82b7ff",
            InfoContrastText = "#1a1a27",
            Error = "#ff8a80",
            ErrorContrastText = "#1a1a27",
            Background = "#16151c",
            Surface = "#211f2a",
            TextPrimary = "rgba(255,255,255,0.92)",
            TextSecondary = "rgba(255,255,255,0.7)",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = ["system-ui", "Segoe UI", "Roboto", "Liberation Sans", "Arial", "sans-serif"] },
            Button = new ButtonTypography { TextTransform = "none", FontWeight = "600" },
        },
    };
}
