#include <png.h>

#include <new>
#include <string>
#include <vector>

#include "base/error.h"
#include "report/files.h"
#include "report/picture/bitmap.h"
#include "report/picture/layout.h"

namespace mha {
namespace {

/// 1/96 inch is two pixels: 192 an inch, in pixels a metre.
constexpr png_uint_32 pixels_a_metre = 7559;

/// zlib's default, named so that the bytes do not hang on what libpng takes for it.
constexpr int compression = 6;

[[noreturn]] void on_error(png_structp, png_const_charp message) {
  fail(Status::bug, "libpng: {}; report this", message);
}
void on_warning(png_structp, png_const_charp) {}

void on_write(png_structp png, png_bytep data, png_size_t size) {
  static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<const char*>(data), size);
}
void on_flush(png_structp) {}

/// libpng's two structures. It writes to memory: a file that fails throws, which C code is not made for.
class Writer {
 public:
  explicit Writer(std::string& bytes)
      : png_(png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, on_error, on_warning)) {
    if (png_ == nullptr) throw std::bad_alloc();
    info_ = png_create_info_struct(png_);
    png_set_write_fn(png_, &bytes, on_write, on_flush);
  }
  Writer(const Writer&) = delete;
  ~Writer() { png_destroy_write_struct(&png_, &info_); }

  void write(const Bitmap& bitmap, const Drawing& drawing) {
    png_set_IHDR(png_, info_, static_cast<png_uint_32>(bitmap.width()),
                 static_cast<png_uint_32>(bitmap.height()), 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(png_, compression);
    png_set_filter(png_, PNG_FILTER_TYPE_BASE, PNG_FILTER_UP);
    png_set_pHYs(png_, info_, pixels_a_metre, pixels_a_metre, PNG_RESOLUTION_METER);
    png_set_sRGB(png_, info_, PNG_sRGB_INTENT_PERCEPTUAL);
    set_text("Title", drawing.title);
    set_text("Description", drawing.description);
    png_write_info(png_, info_);
    for (std::size_t row = 0; row < bitmap.height(); ++row) png_write_row(png_, bitmap.row(row));
    png_write_end(png_, info_);
  }

 private:
  void set_text(std::string key, std::string text) {
    png_text chunk{};
    chunk.compression = PNG_ITXT_COMPRESSION_NONE;
    chunk.key = key.data();
    chunk.text = text.data();
    chunk.itxt_length = text.size();
    std::string none;
    chunk.lang = chunk.lang_key = none.data();
    png_set_text(png_, info_, &chunk, 1);
  }

  png_structp png_;
  png_infop info_ = nullptr;
};

}  // namespace

void write_png(const FileContent& content, Sink& file) {
  const Drawing drawing = drawing_of(content);
  std::string bytes;
  Writer(bytes).write(Bitmap(drawing), drawing);
  file.write(bytes);
}

}  // namespace mha
